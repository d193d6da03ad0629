class Store {
  constructor(name) {
    this.name = name;
    this.backend = new Backend();
    this.flush = () => this.backend.write();
  }

  save() {
    this.flush();
    this.backend.write();
  }

  async load() {}
}

class Backend {
  write() {}
}

module.exports = Store;
