"""Illnesses of trainings: one file for each, a card beside what it looks like."""
