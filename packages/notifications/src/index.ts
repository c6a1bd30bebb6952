import type { Locale, RenderInput, RenderedMessage, Template, TemplateName } from './render/render.types.js';

export { AddressError, parseAddress } from './mime/address.js';
export type { AddressProblem } from './mime/address.js';
export { MessageError } from './mime/mime.types.js';
export type {
  BuiltMessage,
  DkimKey,
  Envelope,
  Mailbox,
  MessageClass,
  MessageInput,
} from './mime/mime.types.js';
export { TemplateError, locales, templateNames } from './render/render.types.js';
export type {
  Brand,
  Locale,
  RenderInput,
  RenderedMessage,
  Template,
  TemplateName,
  TemplateSample,
} from './render/render.types.js';
export type {
  NotSentReason,
  OutgoingMessage,
  SendOutcome,
  SmtpPoolOptions,
  SmtpTimeouts,
} from './transport/transport.types.js';

/** The template of that name, or null. */
export declare function findTemplate(name: string): Template | null;
export declare function getTemplate(name: TemplateName): Template;
/** The language a reader's tag gets: Chinese for any `zh…`, else English. */
export declare function resolveLocale(tag: string | null | undefined): Locale;
/** Rejects with TemplateError. */
export declare function renderMessage(input: RenderInput): Promise<RenderedMessage>;

export { SmtpPool } from './transport/smtp-pool.js';
export { buildMessage } from './mime/build-message.js';
