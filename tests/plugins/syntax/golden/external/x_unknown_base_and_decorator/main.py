from framework import Base, route

class View(Base):
    @route("/x")
    def get(self):
        return self.render()

    def post(self):
        return helper()

def helper():
    pass

View().get()
