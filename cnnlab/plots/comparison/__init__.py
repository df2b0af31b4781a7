"""What the Compare page draws: charts, tables, and a chart as a file to keep."""
