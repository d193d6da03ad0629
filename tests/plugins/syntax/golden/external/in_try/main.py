try:
    import simplejson_missing as json
except ImportError:
    import json

json.dumps(1)
