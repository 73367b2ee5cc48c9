"""The window for radiology staff: drop films on it, watch the worklist fill, look at each film.

`control` talks to other processes and to the store, `model` holds what lists show, `view` is what is seen.
The window itself decodes no film and scans nothing.

After a change of words, in this folder:

    pyside6-lupdate -extensions py . -locations none -no-obsolete -ts translations/screener_zh_CN.ts
    pyside6-lrelease translations/screener_zh_CN.ts -qm translations/screener_zh_CN.qm
"""
