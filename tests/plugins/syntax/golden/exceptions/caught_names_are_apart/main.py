class First(Exception):
    def show(self):
        pass

class Second(Exception):
    def show(self):
        pass

def run(error):
    raise error()

def main():
    try:
        run(First)
    except First as caught:
        caught.show()
    try:
        run(Second)
    except Second as caught:
        caught.show()

main()
