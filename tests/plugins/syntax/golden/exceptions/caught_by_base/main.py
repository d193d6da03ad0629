class Failure(Exception):
    def code(self):
        pass

class Missing(Failure):
    def code(self):
        pass

class Unused(Failure):
    def code(self):
        pass

class Plain(Exception):
    def code(self):
        pass

def find():
    raise Missing()

def other():
    raise Plain

def main():
    try:
        find()
    except Failure as error:
        error.code()
    try:
        other()
    except Plain as error:
        error.code()

main()
