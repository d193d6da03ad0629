import json

data = json.loads("{}")
data.get("x")
text = json.dumps(data).strip()
