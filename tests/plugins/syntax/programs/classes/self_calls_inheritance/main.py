class Report:
    def __init__(self, title):
        self.title = title

    def render(self):
        return self.header() + self.body() + self.footer()

    def header(self):
        return self.title + ":"

    def body(self):
        return "empty"

    def footer(self):
        return "."


class SalesReport(Report):
    def body(self):
        return "sales"

    def footer(self):
        return super().footer() + "!"


assert SalesReport("Q1").render() == "Q1:sales.!"
