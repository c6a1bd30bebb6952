export { AddressError, parseAddress } from './mime/address.js';
export type { AddressProblem } from './mime/address.js';
export { MailText } from './mime/mail-text.js';
export { MessageError } from './mime/mime.types.js';
export type {
  BuiltMessage,
  CalendarPart,
  DkimKey,
  Envelope,
  InlineFile,
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
export { classifyReply } from './inbound/classify.js';
export type { ReplyClass, ReplyGiven, ReplyKind } from './inbound/classify.types.js';
export { statusOf } from './inbound/delivery-status.js';
export { readReport } from './inbound/read-report.js';
export type { MailReport, NamedMessage, RecipientStatus } from './inbound/report.types.js';
export type {
  NotSentReason,
  NextMessage,
  OutgoingMessage,
  SendOutcome,
  SmtpPoolOptions,
  SmtpTimeouts,
} from './transport/transport.types.js';

export { SmtpPool } from './transport/smtp-pool.js';
export { buildMessage } from './mime/build-message.js';
export { signMessage } from './mime/dkim.js';
export { findTemplate, getTemplate, templateContent, templateVersion } from './render/template-library.js';
export { renderMessage } from './render/render-message.js';
export { resolveLocale } from './render/locale.js';
export type { TemplateData } from './templates/catalogue.js';
