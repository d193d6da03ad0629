from external_library import Client

client = Client()
client.send()
