'use strict';
const util = require('util');
const { add, sub: minus } = require('./lib/math');
const math = require('./lib/math.js');
const Store = require('./lib/store');
const app = require('./lib/app');
const { Animal, Dog } = require('./lib/animals');
const fs = require('fs');

function main(callback) {
  add(1, 2);
  minus(2, 1);
  math.add(3, 4);
  const store = new Store('x');
  store.save();
  store.load();
  app.init();
  const dog = new Dog();
  dog.bark();
  dog.speak();
  Animal.create().speak();
  util.inspect(dog);
  fs.readFileSync('x').toString();
  main.helper();
  callback();
  require('./lib/lazy').later();
  var local = function named() { return minus(1, 1); };
  local();
  hoisted();
  function hoisted() {}
  add.call(null, 1);
}

main.helper = function () {};

module.exports = main;
