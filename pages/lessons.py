"""Lessons: ten minutes each on the real pages, guess first; and the glossary."""

from cnnlab import lessons
from pages.parts.lessons import words
from pages.parts.lessons.shelf import one, refused
from pages.parts.shared.controls import one_of
from pages.parts.shared.header import header
from pages.parts.shared.lesson_bar import page_names

TITLE, ICON, TURN = "Lessons", ":material/school:", 15

header(TITLE, "Guess first, then look: what do you remember?", in_lessons=False)
if one_of("Show", ["Lessons", "Glossary"], "show") == "Glossary":
    words.show()
else:
    found = lessons.shelf(page_names())
    for lesson in found.lessons:
        one(lesson)
    refused(found.refused)
