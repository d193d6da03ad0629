import pytest


def test_paths(tmp_path, monkeypatch):
    tmp_path.mkdir()
    monkeypatch.chdir(tmp_path)


def make(tmp_path):
    tmp_path.mkdir()


pytest.main()
