from external_library import Client

Client.create()
