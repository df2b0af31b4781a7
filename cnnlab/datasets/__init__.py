"""The data: one file per dataset; each loader has a card that can be read without loading.

`load` gives arrays, `available` says whether a dataset lies on this machine, `fetch`
downloads one when the reader asked for it. Nothing here needs Keras.
"""

from cnnlab.datasets._background import Download, fetching, start_fetch, stop_fetch
from cnnlab.datasets._card import (
    DATASETS,
    DatasetCard,
    Layout,
    Parts,
    Pictures,
    RemoteFile,
    Whole,
    dataset,
    leads,
)
from cnnlab.datasets._collection.boxes import (
    LABEL_LENGTH,
    MOST_BOXES,
    add_box,
    remove_box,
    rename_box,
)
from cnnlab.datasets._collection.importing import (
    DRAWINGS,
    PHOTOS,
    Counted,
    count_boxes,
    import_collection,
    made_already,
)
from cnnlab.datasets._collection.pictures import (
    MOST_PICTURES,
    Refused,
    Way,
    add_drawing,
    add_pictures,
    pictures_of,
    remove_picture,
    thumbnail,
)
from cnnlab.datasets._collection.places import (
    KEPT_DAYS,
    delete_collection,
    find_collection,
    list_collections,
    new_collection,
    read_record,
)
from cnnlab.datasets._duplicates import copied_pictures
from cnnlab.datasets._examples import EXAMPLES, example_places, read_examples, read_training, small
from cnnlab.datasets._fetch import fetch
from cnnlab.datasets._find import Availability, available, prepared, share_of, size, stamp, stand_in
from cnnlab.datasets._load import (
    Data,
    check_shape,
    fingerprint,
    load,
    read,
    validation_count,
)
from cnnlab.datasets._neighbors import neighbor_votes
from cnnlab.datasets._overview import Overview, counts_here, find_overview, overview
from cnnlab.datasets._own.decoding import SIDES
from cnnlab.datasets._own.importing import import_pictures
from cnnlab.datasets._own.preview import preview_import
from cnnlab.datasets._own.sources import MAX_FILES
from cnnlab.datasets._own.store import (
    DamagedDataset,
    damaged_own,
    delete_own,
    import_dir,
    own_folder,
)
from cnnlab.datasets._own.survey import Survey, survey
from cnnlab.datasets._process import run_task

__all__ = [
    "DATASETS",
    "DRAWINGS",
    "EXAMPLES",
    "KEPT_DAYS",
    "LABEL_LENGTH",
    "MAX_FILES",
    "MOST_BOXES",
    "MOST_PICTURES",
    "PHOTOS",
    "SIDES",
    "Availability",
    "Counted",
    "DamagedDataset",
    "Data",
    "DatasetCard",
    "Download",
    "Layout",
    "Overview",
    "Parts",
    "Pictures",
    "Refused",
    "RemoteFile",
    "Survey",
    "Way",
    "Whole",
    "add_box",
    "add_drawing",
    "add_pictures",
    "available",
    "check_shape",
    "copied_pictures",
    "count_boxes",
    "counts_here",
    "damaged_own",
    "dataset",
    "delete_collection",
    "delete_own",
    "example_places",
    "fetch",
    "fetching",
    "find_collection",
    "find_overview",
    "fingerprint",
    "import_collection",
    "import_dir",
    "import_pictures",
    "leads",
    "list_collections",
    "load",
    "made_already",
    "neighbor_votes",
    "new_collection",
    "overview",
    "own_folder",
    "pictures_of",
    "prepared",
    "preview_import",
    "read",
    "read_examples",
    "read_record",
    "read_training",
    "remove_box",
    "remove_picture",
    "rename_box",
    "run_task",
    "share_of",
    "size",
    "small",
    "stamp",
    "stand_in",
    "start_fetch",
    "stop_fetch",
    "survey",
    "thumbnail",
    "validation_count",
]
