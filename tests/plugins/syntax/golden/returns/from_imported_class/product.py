class Product:
    def run(self):
        pass
