import * as kinds from "./kinds";
import { make, Reader } from "./kinds";

export interface Text {
  upper(): Text;
}

export class Options {
  set(): void {}
}

export const Text: kinds.Kind<Text, Options> = kinds.Kind("Text", (each, options) => {
  each.upper().upper();
  options.set();
});

export const reader: Reader = (kind, text) => {
  kind.init("", text);
  return kind;
};

kinds.pick<Options>((options) => options.set());
kinds.pick((unknown) => unknown.set());
make().run("");
