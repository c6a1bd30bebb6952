import type { ReplyKind } from './classify.types.js';

/**
 * What providers say where their codes alone do not tell: in order, for the first that matches counts. Only words that
 * leave no doubt; whose they are is noted where one provider alone talks so.
 */
const phrases: readonly (readonly [ReplyKind, RegExp])[] = [
  [
    'temporary',
    /gr[ae]y-?list|try again (?:later|in \d)|temporarily (?:unavailable|rejected|unable)|temporary (?:failure|error|problem)|server busy|please retry|delivery time expired|retry time(?:out)? exceeded|message expired|too long in (?:the )?queue|giving up after|retry time not reached/,
  ],
  [
    'rate_limited',
    // Gmail says "unusual rate", Yahoo "TSS04", QQ and NetEase "frequency limited".
    /unusual rate|rate.?limit|too many (?:messages|connections|emails|mails|recipients|concurrent|errors)|exceeded the (?:rate|max|maximum|allowed)|frequency (?:is )?limit|sending (?:rate|limit)|receiving mail (?:at a rate|too quickly)|\[tss0\d\]|throttl|mi:(?:dmc|ssb|conn)\b|connection rate|user complaints/,
  ],
  [
    'mailbox_full',
    /mailbox (?:is )?(?:full|over)|(?:over|exceed(?:s|ed|ing)?|out of|beyond)[^.;]{0,40}\b(?:quota|storage)|quota (?:is |was |has been )?exceed|quota full|insufficient (?:system )?(?:storage|disk)|storage (?:limit|allocation)|not enough (?:disk )?space|mailfolder is full|inbox (?:is )?full|out of storage|邮箱已满|空间不足/,
  ],
  [
    'blocked',
    /spamhaus|spamcop|barracuda|sorbs|\brbl\b|\bdnsbl\b|black.?list(?:ed)?|block.?list(?:ed)?|listed (?:at|in|on|by) |poor reputation|bad reputation|low reputation|banned (?:sending )?ip|access denied, banned|client host (?:\[[^\]]*\] )?(?:blocked|rejected)|ip (?:address )?(?:\S+ )?(?:is |has been |was )?(?:blocked|banned|rejected|denied)|blocked (?:using|by|for|due)|\[(?:bl|ct|csi|hm|cs)\d+\]|not accepting (?:mail|messages) from (?:you|your)|domain (?:is )?blocked|sender (?:is )?(?:blocked|blacklisted)/,
  ],
  [
    'sender',
    /unauthenticated|\bdmarc\b|\bspf\b|\bdkim\b|reverse dns|ptr record|relay(?:ing)? (?:access )?(?:denied|not|prohibited|is not)|unable to relay|sender (?:address |domain )?(?:rejected|verify|not|does not|unknown|denied|invalid)|invalid sender|authentication (?:is )?required|bad outbound sender|email address is not verified|not authori[sz]ed to send/,
  ],
  [
    'address_dead',
    // Exchange says RecipNotFound, and "Recipient address rejected: Access denied" of whom its directory does not have.
    /(?:user|recipient|mailbox|account|address|alias)(?: \S+){0,3} (?:is |was )?(?:unknown|not (?:found|known|exist)|does ?n[o']t (?:exist|have)|doesn't (?:exist|have)|no longer (?:exists|available|active|valid)|disabled|inactive|invalid|suspended|deactivated|closed|has been (?:disabled|suspended|closed|deactivated))|(?:unknown|no such|invalid|non-?existent|bad|undeliverable) (?:or illegal )?(?:user|recipient|mailbox|address|account|alias|person|local.?part|destination)|no (?:mailbox|account) (?:here )?(?:by|with|for|of) that|not our customer|recip(?:ient)?notfound|recipient address rejected: access denied|recipient rejected|account that you tried to reach (?:does not exist|is disabled|is inactive)|does(?: not|n't) have (?:an?|this) \S+ account|mailbox unavailable|unrouteable address|unroutable address|domain (?:name )?(?:does not exist|not found|has no mail|doesn't exist)|nonexistentdomain|domain of (?:the )?recipient|no mx record|null ?mx|host not found|name or service not known|not a valid (?:mailbox|recipient|user)|user doesn't|mailbox for \S+ (?:does not|doesn't)|no longer works? (?:here|at|for)|用户不存在|地址不存在|收件人不存在/,
  ],
  [
    'content',
    // NetEase says "DT:SPM", QQ "Mail content denied".
    /\bspam\b|unsolicited|junk mail|virus|malware|phish|message (?:size|too (?:large|big|long))|(?:message|mail|size) (?:size )?exceeds|too large|content (?:rejected|denied|restriction|filter|policy)|mail content|dt:sp[mb]|suspicious|url (?:listed|blocked)|attachment|policy reasons|header (?:error|missing)|垃圾邮件|内容/,
  ],
];

/** Further on replies repeat themselves or quote the message, and quoted words are not the server's. */
const readAtMost = 1_000;

/** What the words of a reply say by themselves; null when they leave it open. */
export function wordsOf(text: string): ReplyKind | null {
  const read = text.slice(0, readAtMost).toLowerCase().replaceAll(/\s+/g, ' ').replaceAll('’', "'");
  return phrases.find(([, words]) => words.test(read))?.[0] ?? null;
}
