// Prints as JSON which definition every call in a folder means, as the type checker of TypeScript resolves it.
// Arguments: the folder with the compiler's package, the folder to read.
"use strict";

const path = require("path");
const [, , compiler, folder] = process.argv;
const ts = require(compiler);
const { SyntaxKind } = ts;

const root = ts.sys.realpath(folder).replace(/\/+$/, "") + "/";
const names = ts.sys
  .readDirectory(root, [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"], ["**/node_modules"])
  .filter((name) => !/\.d\.[mc]?ts$/.test(name));
const program = ts.createProgram(names, {
  allowJs: true,
  checkJs: true,
  experimentalDecorators: true,
  jsx: ts.JsxEmit.Preserve,
  maxNodeModuleJsDepth: 0,
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ESNext,
  types: ["node"],
});
const checker = program.getTypeChecker();

const isOwn = (file) => file.fileName.startsWith(root) && !file.isDeclarationFile && !file.fileName.includes("/node_modules/");
const relative = (file) => file.fileName.slice(root.length);
const lineOf = (file, position) => file.getLineAndCharacterOfPosition(position).line + 1;
const hasBody = (node) => ts.isFunctionLike(node) && node.body !== undefined;
const isHolder = (node) =>
  hasBody(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node) || ts.isEnumDeclaration(node);

const OUTSIDE = new Set([SyntaxKind.ExportKeyword, SyntaxKind.DefaultKeyword, SyntaxKind.DeclareKeyword]);

// Where a definition begins: `export` stands around it, and so do the decorators of a method; those of a class do not.
function place(node) {
  const file = node.getSourceFile();
  if (ts.isSourceFile(node)) return [relative(file), 0];
  let start = node.getStart(file, false);
  for (const modifier of node.modifiers ?? []) {
    if (OUTSIDE.has(modifier.kind) || (ts.isDecorator(modifier) && !ts.isClassLike(node))) {
      start = ts.skipTrivia(file.text, modifier.end);
    }
  }
  return [relative(file), lineOf(file, start)];
}

function holderOf(node) {
  let current = node;
  for (;;) {
    const below = current;
    current = current.parent;
    if (ts.isSourceFile(current)) return current;
    // The decorators of a member belong to its class, and those of a class to it, unless they stand before `export`.
    if (ts.isDecorator(below)) {
      const exported = (current.modifiers ?? []).find((modifier) => modifier.kind === SyntaxKind.ExportKeyword);
      if (!ts.isClassLike(current) || (exported && exported.pos > below.pos)) continue;
    }
    if (isHolder(current)) return current;
  }
}

const unwrapped = (node) => {
  while (node && (ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node))) {
    node = node.expression;
  }
  return node;
};

function symbolAt(node) {
  const symbol = checker.getSymbolAtLocation(node);
  return symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

// The function or class that a name stands for by its initial value, where only a type is written at its declaration.
function valueOf(expression, depth = 0) {
  const node = unwrapped(expression);
  if (!node || depth > 8) return undefined;
  if (hasBody(node) || ts.isClassLike(node)) return node;
  const name = ts.isPropertyAccessExpression(node) ? node.name : node;
  if (!ts.isIdentifier(name) && !ts.isPrivateIdentifier(name)) return undefined;
  const declaration = symbolAt(name)?.valueDeclaration;
  // The default of a parameter is but one of its values.
  if (!declaration || ts.isParameter(declaration) || ts.isBindingElement(declaration)) return undefined;
  if (hasBody(declaration) || ts.isClassLike(declaration)) return declaration;
  if (ts.isVariableDeclaration(declaration) && !(ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const)) return undefined;
  if (ts.isShorthandPropertyAssignment(declaration)) {
    return checker.getShorthandAssignmentValueSymbol(declaration)?.valueDeclaration;
  }
  if (ts.isBinaryExpression(declaration)) return valueOf(declaration.right, depth + 1);
  return declaration.initializer && valueOf(declaration.initializer, depth + 1);
}

// Both sides of a condition; the compiler keeps one of them where both are of the same type.
function alternatives(expression, depth = 0) {
  const node = unwrapped(expression);
  if (!node || depth > 8) return [];
  if (ts.isConditionalExpression(node)) {
    return [node.whenTrue, node.whenFalse].flatMap((side) => alternatives(side, depth + 1));
  }
  const declaration = ts.isIdentifier(node) && symbolAt(node)?.valueDeclaration;
  if (declaration && ts.isVariableDeclaration(declaration) && !declaration.type && declaration.initializer) {
    const inner = unwrapped(declaration.initializer);
    if (ts.isConditionalExpression(inner)) return alternatives(inner, depth + 1);
  }
  const known = valueOf(node);
  return known ? [known] : [];
}

// The definition that a declaration belongs to: of overloads the implementation; of the types of values none.
function definition(node) {
  if (!node) return undefined;
  if (hasBody(node)) return ts.isConstructorDeclaration(node) ? node.parent : node;
  if (ts.isClassLike(node)) return node;
  if (ts.isConstructorDeclaration(node)) return node.parent;
  // In `type Name = {...}` it is part of a type, as a property with the type of a function is.
  if (ts.isTypeLiteralNode(node.parent)) return undefined;
  if (ts.isMethodSignature(node) || ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node)) {
    const declarations = node.symbol?.declarations ?? [];
    return declarations.find(hasBody) ?? declarations.find((other) => other.parent === node.parent) ?? node;
  }
  return undefined;
}

// Whether a function has a name, its own or that of what it is the value of. Others belong to what they stand in.
function isNamed(node) {
  if (node.name || ts.isClassLike(node) || ts.isConstructorDeclaration(node)) return true;
  const above = ts.walkUpParenthesizedExpressions(node.parent);
  return (
    ts.isVariableDeclaration(above) ||
    ts.isPropertyAssignment(above) ||
    ts.isPropertyDeclaration(above) ||
    ts.isExportAssignment(above) ||
    (ts.isFunctionDeclaration(node) && node.body !== undefined) ||
    (ts.isBinaryExpression(above) && above.operatorToken.kind === SyntaxKind.EqualsToken)
  );
}

const EXTERNAL = Symbol("external");

function created(node, signature) {
  const type = checker.getTypeAtLocation(node.expression);
  const declared = (type.symbol?.declarations ?? []).find(ts.isClassLike) ?? valueOf(node.expression);
  if (declared) return [declared];
  return called(node, signature);
}

// `call` and `apply` of a function call it.
function passedOn(node, signature) {
  const declaration = signature.declaration;
  const name = declaration?.name?.text;
  if ((name !== "call" && name !== "apply") || isOwn(declaration.getSourceFile())) return undefined;
  return ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.expression;
}

function called(node, signature) {
  const through = passedOn(node, signature);
  if (through) {
    const type = checker.getTypeAtLocation(through);
    const declared = type.getCallSignatures().map((each) => each.declaration);
    if (declared.length && declared.every((each) => each && !isOwn(each.getSourceFile()))) return [EXTERNAL];
    const known = valueOf(through) ?? definition(declared[0]);
    return known ? [known] : [];
  }
  const expression = node.expression ?? node.tag ?? node.tagName;
  const found = [];
  const signatures = signature.compositeSignatures ?? [signature];
  for (const declaration of signatures.map((each) => each.declaration)) {
    if (declaration && !isOwn(declaration.getSourceFile())) {
      found.push(EXTERNAL);
      continue;
    }
    const known = definition(declaration) ?? valueOf(expression);
    if (known) found.push(known);
  }
  const others = alternatives(expression);
  return others.length > 1 ? [...new Set([...found, ...others])] : found;
}

// `value[key]` means any member, unless the type of the key is one constant.
function isAnyMember(expression) {
  if (!expression || !ts.isElementAccessExpression(expression)) return false;
  const key = checker.getTypeAtLocation(expression.argumentExpression);
  return !(key.flags & (ts.TypeFlags.StringLiteral | ts.TypeFlags.NumberLiteral | ts.TypeFlags.UniqueESSymbol));
}

function targets(node) {
  if (isAnyMember(unwrapped(node.expression))) return [];
  const signature = checker.getResolvedSignature(node);
  if (!signature) return [];
  if (ts.isNewExpression(node)) return created(node, signature);
  if (ts.isCallExpression(node) && node.expression.kind === SyntaxKind.SuperKeyword) {
    const declaration = signature.declaration;
    // A class without a constructor of its own has no code to be called.
    return declaration && ts.isConstructorDeclaration(declaration) && isOwn(declaration.getSourceFile())
      ? [declaration.parent]
      : [EXTERNAL];
  }
  return called(node, signature);
}

function lineOfCall(node) {
  const file = node.getSourceFile();
  const callee = node.expression ?? node.tag;
  const named = ts.isCallExpression(node) || ts.isTaggedTemplateExpression(node);
  if (!named) return lineOf(file, node.getStart(file, false));
  return lineOf(file, (ts.isPropertyAccessExpression(callee) ? callee.name : callee).getStart(file, false));
}

const isCall = (node) =>
  ts.isCallExpression(node) ||
  ts.isNewExpression(node) ||
  ts.isTaggedTemplateExpression(node) ||
  ts.isDecorator(node) ||
  ts.isJsxOpeningElement(node) ||
  ts.isJsxSelfClosingElement(node);

const isImport = (node) =>
  ts.isCallExpression(node) &&
  (node.expression.kind === SyntaxKind.ImportKeyword || ts.isRequireCall(node, false));

const calls = [];
const enclosing = [];
const unknown = [];
const files = program.getSourceFiles().filter(isOwn);
for (const file of files) {
  const visit = (node) => {
    if (isHolder(node)) enclosing.push([place(node), place(holderOf(node))]);
    if (isCall(node) && !isImport(node)) {
      const found = targets(node);
      if (!found.length) unknown.push([relative(file), lineOfCall(node)]);
      for (const target of found) {
        if (target === EXTERNAL || !isOwn(target.getSourceFile()) || !isNamed(target)) continue;
        calls.push([place(holderOf(node)), place(target)]);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
}
process.stdout.write(JSON.stringify({ calls, enclosing, unknown, files: files.map(relative) }));
