import User, { type Named } from "@models/user";
import { log, warn as alarm, formatText, formats } from "./util";
import * as util from "./util/index.js";
import { log as logger } from "~log";
import { core } from "@acme/core";
import extra from "@acme/core/extra";
import { settings } from "#config";
import { readFile } from "node:fs/promises";
import express, { Router } from "express";
import lodash = require("lodash");
import "./missing";

export async function main(input: Named, callback: () => void) {
  log(input.name);
  alarm("a");
  formatText(1);
  formats.format(2);
  util.warn("b");
  logger("c");
  core();
  extra();
  settings.load();
  settings.nested.reset();
  await readFile("x");
  const app = express();
  app.use(Router());
  lodash.map([]);
  new User().greet();
  const lazy = await import("./util/format");
  lazy.format(3);
  callback();
  undefinedThing();
}
