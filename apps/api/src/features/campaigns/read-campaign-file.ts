import { campaignSchema, type Campaign } from '@aftercare/domain';
import { templateNames } from '@aftercare/notifications';
import { ProblemError, type ProblemPart } from '../../platform/http/problem.js';

/** The letters that campaigns may send: the sign-in link answers a request and goes by itself. */
const campaignTemplates: readonly string[] = templateNames.filter((name) => name !== 'sign-in-link');

/**
 * Reads the text of a campaign file.
 * @throws ProblemError `not_json`, or `campaign_invalid` with one part for each fault and the place it is at.
 */
export function readCampaignFile(text: string): Campaign {
  let input: unknown;
  try {
    input = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ProblemError('not_json', 400, `The campaign file is not JSON: ${(error as Error).message}.`);
  }
  return readCampaign(input);
}

/**
 * Reads a campaign that is JSON already.
 * @throws ProblemError `campaign_invalid` with one part for each fault and the place it is at.
 */
export function readCampaign(input: unknown): Campaign {
  const parsed = campaignSchema.safeParse(input);
  const faults: ProblemPart[] = parsed.success
    ? [...unknownTemplates(parsed.data), ...unfitText(parsed.data)]
    : parsed.error.issues.map((issue) => ({
        path: pathOf(issue.path),
        code: ('params' in issue ? (issue.params?.['code'] as string | undefined) : undefined) ?? issue.code,
        message: issue.message,
      }));
  if (!parsed.success || faults.length > 0) {
    const [first] = faults;
    throw new ProblemError(
      'campaign_invalid',
      400,
      `The campaign file cannot be used: ${first!.path || 'the file'}: ${first!.message}` +
        (faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''),
      faults,
    );
  }
  return parsed.data;
}

function unknownTemplates({ steps, merge }: Campaign): ProblemPart[] {
  const used = steps
    .flatMap(({ channel, template, variants }, index) =>
      channel === 'task'
        ? []
        : [
            { path: `steps.${index}.template`, template },
            ...variants.map((arm, at) => ({
              path: `steps.${index}.variants.${at}.template`,
              template: arm.template ?? template,
            })),
          ],
    )
    .concat(merge === null ? [] : { path: 'merge.template', template: merge.template });
  return used
    .filter(({ template }) => !campaignTemplates.includes(template))
    .map(({ path, template }) => ({
      path,
      code: 'unknown_template',
      message: `unknown template "${template}"; valid templates are ${campaignTemplates.join(', ')}`,
    }));
}

/** What no database holds: NUL, and halves of characters. As JSON they are written as escapes. */
function unfitText(campaign: Campaign): ProblemPart[] {
  if (!/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/.test(JSON.stringify(campaign))) return [];
  const message = 'a text holds a NUL or half a character';
  return [{ path: '', code: 'unfit_text', message }];
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.map(String).join('.');
}
