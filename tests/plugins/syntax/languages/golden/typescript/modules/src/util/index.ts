export * from "./log";
export { format as formatText } from "./format.js";
export * as formats from "./format";
