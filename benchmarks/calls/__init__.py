"""How right the call graph of Python code is, compared with what test suites of real packages call while they run."""
