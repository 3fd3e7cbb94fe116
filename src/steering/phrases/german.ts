import { near, type Phrases } from './phrases.ts';

const AI = '(?:KI|LLM|Sprachmodelle?|KI-\\p{L}{3,20}|automatische[rn]? (?:Prüfer|Gutachter|Reviewer))';
const FOUND = '(?:Schwachstellen?|Sicherheitslücken?|Sicherheitsprobleme?|Befunde?|Funde|Lücken|Probleme)';

export const GERMAN: Phrases = {
  revoke: [
    near(
      '(?:ignoriere?|vergiss|missachte|vergessen Sie|ignorieren Sie)(?: bitte)?',
      '(?:vorherigen?|bisherigen?|obigen?|früheren?|vorangegangenen?|deine)',
      '(?:Anweisungen|Instruktionen|Vorgaben|Befehle|Regeln)',
    ),
  ],
  outcome: [
    near('(?:melde|berichte|nenne|erwähne)', `keine (?:\\p{L}+ )?${FOUND}`),
    near(`keine ${FOUND} (?:melden|berichten|nennen|ausgeben)`),
    near('(?:antworte|antworten Sie|sage?|bestätige)', '(?:sicher|leeren? (?:Liste|Array)|unbedenklich|keine)'),
    near('(?:genehmige|gib) (?:diesen?|die) (?:Änderung|Pull[ -]Request)'),
  ],
  silence: [near('(?:bitte )?nichts (?:melden|berichten|beanstanden)'), near('(?:melde|beanstande|erwähne)', '(?:nichts|nicht)')],
  reader: [
    near(`(?:Hinweis|Nachricht|Anweisung|Achtung|Liebe)(?: an| für)?(?: die| alle)? ${AI}`),
    near(`an (?:alle|die|das) ${AI}`),
    near(`${AI}\\s?[:,!]`),
    near(`(?:wenn|falls|als) (?:du )?(?:eine? )?${AI}`),
  ],
  claim: [near('(?:ist|sind|wurde|wurden)', '(?:sicher|geprüft|freigegeben|unbedenklich|harmlos)')],
};
