class View:
    @classmethod
    def as_view(cls, **initkwargs):
        def view(request):
            self = cls(**initkwargs)
            return self.dispatch(request)
        return view

    def dispatch(self, request):
        handler = getattr(self, request, self.fallback)
        return handler()

    def fallback(self):
        pass

class ContextMixin:
    def get_context(self):
        return {}

class TemplateView(ContextMixin, View):
    def get(self):
        return self.render(self.get_context())

    def render(self, c):
        return c

class Home(TemplateView):
    def get_context(self):
        c = super().get_context()
        return c

Home.as_view()("get")
