"""Figures that lessons ask for: each computes a truth from the lab's runs, when it is asked."""
