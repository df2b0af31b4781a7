"""A comparison as one HTML page that needs nothing else: to send, print or keep."""

import html
import time
from collections.abc import Sequence

from cnnlab.comparison._figures import FIGURES, Row
from cnnlab.comparison._groups import Comparison, Group
from cnnlab.comparison._table import table
from cnnlab.plots import _comparison_page as drawing
from cnnlab.plots._comparison_table import Head, Value, side_by_side
from cnnlab.plots._comparison_table import Row as Shown
