/** A template's text as the build has read it (compile/parse.ts): plain data, written to a file for each letter. */
export type Tree = readonly Node[];

export type Node =
  | string
  | { kind: 'write'; value: Expression }
  | { kind: 'if'; value: Expression; so: Tree; not: Tree }
  | { kind: 'each'; value: Expression; items: Tree; none: Tree };

export type Path = {
  kind: 'path';
  /** As it stands in the template, for whoever has to look for it. */
  name: string;
  parts: readonly string[];
  /** Begins at the message wherever it stands, and not at the item of a list. */
  fromRoot: boolean;
};

export type Call = { kind: 'call'; helper: string; args: readonly Expression[] };

export type Expression = Path | Call | { kind: 'literal'; value: string | number | boolean | null };

/** The trees of a letter in one language. */
export type LetterTrees = { subject: Tree; html: Tree; text: Tree };
