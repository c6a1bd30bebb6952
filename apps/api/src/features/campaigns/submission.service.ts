import { Injectable } from '@nestjs/common';
import { checkAgainstPacks, type Campaign, type Step } from '@aftercare/domain';
import {
  findTemplate,
  locales,
  renderMessage,
  templateContent,
  TemplateError,
  type TemplateName,
} from '@aftercare/notifications';
import { Clock } from '../../platform/clock/clock.js';
import { Config } from '../../platform/config/config.js';
import { ProblemError, type ProblemPart } from '../../platform/http/problem.js';
import { brandOf, senderOf } from '../../platform/mail/brand.js';
import { LetterSamplesService } from '../deliveries/letter-samples.service.js';

/** A letter that a campaign sends, and the place of it in the file. */
interface Letter {
  path: string;
  step: string;
  variant: string | null;
  template: string;
  locale: string;
}

/** Whether a campaign is fit to be decided on: what would go wrong for every customer is found here, not in the ledger. */
@Injectable()
export class SubmissionService {
  private readonly brand;

  constructor(
    config: Config,
    private readonly clock: Clock,
    private readonly samples: LetterSamplesService,
  ) {
    this.brand = brandOf(config, senderOf(config.mailFrom));
  }

  /**
   * Refuses a campaign that cannot run as it is.
   * @throws ProblemError `rule_pack_violated` when the law of a place is against it, else `campaign_not_ready`
   */
  async check(definition: Campaign): Promise<void> {
    const violations = this.violations(definition);
    const incomplete = this.incomplete(definition);
    const letters = incomplete.length > 0 ? [] : await this.unrendered(definition);
    const errors = [...violations, ...incomplete, ...letters];
    if (errors.length === 0) return;
    const code = violations.length > 0 ? 'rule_pack_violated' : 'campaign_not_ready';
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    throw new ProblemError(
      code,
      422,
      `The campaign cannot be submitted: ${errors[0]!.message}${more}`,
      errors,
    );
  }

  /** Everything that keeps a campaign from being submitted, but for what only making its letters shows. */
  problems(definition: Campaign): ProblemPart[] {
    return [...this.violations(definition), ...this.incomplete(definition)];
  }

  private incomplete(definition: Campaign): ProblemPart[] {
    return [
      ...definition.steps.flatMap((step, index) => untitledTask(step, index)),
      ...lettersOf(definition).flatMap((letter) => this.missing(definition, letter)),
    ];
  }

  /** What a letter lacks that neither the book nor the campaign's content has, for any customer. */
  private missing(definition: Campaign, letter: Letter): ProblemPart[] {
    const result = findTemplate(letter.template)?.schema.safeParse(this.dataOf(definition, letter));
    if (result === undefined || result.success) return [];
    return result.error.issues.map(({ path, message }) => {
      const name = path.map(String).join('.');
      const what = `the template ${letter.template} needs ${name} in ${letter.locale}`;
      return { path: `${letter.path}.content`, code: 'content_missing', message: `${what}: ${message}` };
    });
  }

  private async unrendered(definition: Campaign): Promise<ProblemPart[]> {
    const parts: ProblemPart[] = [];
    for (const letter of lettersOf(definition)) {
      try {
        await renderMessage({
          template: letter.template as TemplateName,
          locale: letter.locale,
          data: this.dataOf(definition, letter),
          brand: this.brand,
          today: this.today(),
          ...{ timeZone: 'UTC', preferencesUrl: null, unsubscribeUrl: null },
        });
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        parts.push({ path: `${letter.path}.content`, code: error.code, message: error.message });
      }
    }
    return parts;
  }

  private violations(definition: Campaign): ProblemPart[] {
    const found = checkAgainstPacks(definition, templateContent, this.today());
    return found.map(({ code, step, message }) => {
      const index = definition.steps.findIndex(({ key }) => key === step);
      return { path: index < 0 ? 'steps' : `steps.${index}`, code, message };
    });
  }

  private dataOf(definition: Campaign, letter: Letter): Record<string, unknown> {
    return this.samples.data(definition, letter, { locale: letter.locale, line: 'motor' });
  }

  private today(): string {
    return this.clock.now().toString().slice(0, 10);
  }
}

/** Every letter in every language that its content is written in; content without languages is the same in all. */
function lettersOf({ steps }: Campaign): Letter[] {
  return steps.flatMap((step, index) => {
    if (step.channel === 'task') return [];
    const arms = step.variants.map((arm, at) => ({
      ...{ path: `steps.${index}.variants.${at}`, variant: arm.key, template: arm.template ?? step.template },
      content: { ...step.content, ...arm.content },
    }));
    const plain = { path: `steps.${index}`, variant: null, template: step.template, content: step.content };
    return (arms.length > 0 ? arms : [plain]).flatMap(({ content, ...letter }) => {
      const written = locales.filter((locale) => Object.hasOwn(content, locale));
      return (written.length > 0 ? written : (['en'] as const)).map((locale) => ({
        ...letter,
        ...{ step: step.key, locale },
      }));
    });
  });
}

function untitledTask({ channel, content }: Step, index: number): ProblemPart[] {
  const words = [content, ...Object.values(content)] as ({ title?: unknown } | null)[];
  const hasTitle = words.some((each) => typeof each?.title === 'string' && each.title.trim() !== '');
  if (channel !== 'task' || hasTitle) return [];
  const message = 'a task needs a title, which tells staff what to do';
  return [{ path: `steps.${index}.content.title`, code: 'content_missing', message }];
}
