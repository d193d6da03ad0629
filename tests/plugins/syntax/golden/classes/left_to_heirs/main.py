class Report:
    def render(self):
        self.head()


class Page(Report):
    def head(self):
        pass


class Mail(Report):
    def head(self):
        pass


def show(report: Report):
    report.render()
