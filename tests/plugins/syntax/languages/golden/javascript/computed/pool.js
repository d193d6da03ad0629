const { kOpen, kQueue } = require("./symbols");
const kClose = Symbol("close");
let position = 0;

class Queue {
  push(item) {
    return item;
  }
}

module.exports = class Pool {
  constructor() {
    this[kQueue] = new Queue();
    this.all = [new Queue()];
  }

  static of() {
    return new Pool();
  }

  [kOpen](item) {
    this[kQueue].push(item);
    this[kClose]();
    this.all[position].push(item);
  }

  [kClose]() {
    return this[position]();
  }

  *[Symbol.iterator]() {
    this[kOpen](1);
  }
};
