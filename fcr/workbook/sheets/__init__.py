"""The sheets of the workbook, one subject each, in the order the model is worked out."""
