from api import Client

client = Client.connect()
client.send().read()
