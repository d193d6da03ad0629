from pkg import Public

Public().run()
Public.make()
