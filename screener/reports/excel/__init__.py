"""`report.xlsx`: a summary, a worklist and the problems, one module a sheet."""
