import requests

requests.get("http://example.org")
