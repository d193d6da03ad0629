import tempfile
import shutil

def run():
    with tempfile.TemporaryDirectory() as d:
        shutil.rmtree(d, ignore_errors=True)

run()
