var util = require('util');

function Animal() {
  this.kind = 'animal';
}

Animal.create = function () {
  return new Animal();
};

Animal.prototype.speak = function () {
  this.breathe();
};

Animal.prototype.breathe = function () {};

function Dog() {
  Animal.call(this);
}

util.inherits(Dog, Animal);

Dog.prototype.bark = function () {
  this.speak();
};

module.exports = { Animal, Dog };
