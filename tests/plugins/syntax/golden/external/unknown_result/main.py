import external_library

external_library.connect().cursor()
