from factory import Factory

Factory().make().run()
