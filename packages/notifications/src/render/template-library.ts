import { createHash } from 'node:crypto';
import type { ContentMark } from '@aftercare/domain';
import { z } from 'zod';
import { readLetter, type Letter } from './letter.js';
import { compileLetter, type Programs } from './program.js';
import { locales, templateNames, type Locale, type Template, type TemplateName } from './render.types.js';
import type { TemplateDefinition } from './template-definition.js';
import { catalogue } from '../templates/catalogue.js';

type Loaded = { template: Template; definition: TemplateDefinition; letter: Letter };

// Files of a build do not change while it runs: each is read once, each language compiled once.
const loaded = new Map<TemplateName, Loaded>();
const compiled = new WeakMap<object, Map<string, Programs>>();

/** The template of that name, or null. */
export function findTemplate(name: string): Template | null {
  return isTemplateName(name) ? load(name).template : null;
}

/** The template of that name. */
export function getTemplate(name: TemplateName): Template {
  return load(name).template;
}

/**
 * What a template looked like when somebody approved it, as SHA-256: its words, its layout, what it asks to be given and
 * what it declares to say. Null for a name that is no template's.
 */
export function templateVersion(name: string): string | null {
  return findTemplate(name)?.version ?? null;
}

/** What the letters of a template say of that which rules ask for; nothing for a name that is no template's. */
export function templateContent(name: string): readonly ContentMark[] {
  return isTemplateName(name) ? definitionOf(name).carries : [];
}

export function isTemplateName(name: string): name is TemplateName {
  return (templateNames as readonly string[]).includes(name);
}

export function definitionOf(name: TemplateName): TemplateDefinition {
  return load(name).definition;
}

/** @param constants what is the same in every message; kept with the programs for as long as it lives. */
export function programsOf(name: TemplateName, locale: Locale, constants: object): Programs {
  const known = compiled.get(constants) ?? new Map<string, Programs>();
  compiled.set(constants, known);
  const key = `${name} ${locale}`;
  const programs = known.get(key) ?? compileLetter(load(name).letter.trees[locale], constants);
  known.set(key, programs);
  return programs;
}

function load(name: TemplateName): Loaded {
  const known = loaded.get(name);
  if (known) return known;
  const letter = readLetter(name);
  const definition = catalogue[name];
  const { schema, samples } = definition;
  const template: Template = { name, version: versionOf(letter, definition), locales, schema, samples };
  const entry = { template, definition, letter };
  loaded.set(name, entry);
  return entry;
}

/** Of the code only what is the same before and after it is built: the shape of the data. */
function versionOf(letter: Letter, { schema, carries }: TemplateDefinition): string {
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return createHash('sha256')
    .update(JSON.stringify([letter.hash, shape, carries]))
    .digest('hex');
}
