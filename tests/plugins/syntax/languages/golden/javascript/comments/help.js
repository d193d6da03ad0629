/**
 * Types of other modules.
 * @typedef { import("./command.js").Command } Command
 */

class Help {
  /**
   * @param {Command} command
   * @param {?Help} [helper]
   * @returns {Array<Command>}
   */

  visible(command, helper = null) {
    helper.print(command.name());
    command.children.forEach((child) => child.name());
    return command.children;
  }

  /** @param {import("./command.js").Command | string} target */
  print(target) {
    target.name();
  }

  /** @returns {import("../types/missing").Command} */
  first() {
    return new Help();
  }

  plain(command) {
    this.visible(command)[0].name();
    this.first().print("");
    command.name();
  }
}

/** @type {Help} */
let shared;

/**
 * @param {(command: Command) => void} callback
 * @param {{ name: string }} options
 */
function each(callback, options) {
  callback(options);
  shared.print("");
}

module.exports = { Help, each };
