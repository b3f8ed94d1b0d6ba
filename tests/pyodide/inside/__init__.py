"""The cases: modules that are imported in the browser, by Pyodide, and never by pytest.

Each public `async def` is one test (`test_inside.py` finds them by reading the source). They
meet the adapters, the browser and the test server; nothing is faked.
"""
