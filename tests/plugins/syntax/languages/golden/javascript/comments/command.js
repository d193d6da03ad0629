class Command {
  constructor() {
    /** @type {Command[]} */
    this.children = [];
    /** @type {Command | null} */
    this.parent = null;
  }

  name() {
    return this.parent.name();
  }

  last() {
    this.children[0].name();
  }
}

exports.Command = Command;
