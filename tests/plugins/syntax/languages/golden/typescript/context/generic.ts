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

function steps(): kinds.Same<Text> {
  return (kind) => {
    kind.init(Text as any, null);
    return kind;
  };
}

export const same: kinds.Step<Options, Text> = (options) => options.set() as any;
steps()(Text as any).init(null as any, 1);
