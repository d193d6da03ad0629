class Session:
    def close(self):
        pass

def finish(session: Session):
    session.close()
