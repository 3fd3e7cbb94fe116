import { near, type Phrases } from './phrases.ts';

const AI = "(?:l'|une |les |aux )?(?:IA|LLM|modèles? de langage|intelligences? artificielles?)";
const FOUND = '(?:vulnérabilités?|failles?|faiblesses?|problèmes?)';

export const FRENCH: Phrases = {
  revoke: [
    near(
      '(?:ignore[zs]?|oublie[zs]?|néglige[zs]?) (?:toutes? )?(?:les|vos|tes)',
      '(?:instructions|consignes|directives)',
      '(?:précédentes|antérieures|ci-dessus|initiales)',
    ),
    near('(?:ignore[zs]?|oublie[zs]?) (?:toutes? )?(?:vos|tes) (?:instructions|consignes|directives)'),
  ],
  outcome: [
    near('ne (?:signale[zs]?|rapporte[zs]?|mentionne[zs]?|remonte[zs]?)', `(?:aucune?|pas|de) (?:\\p{L}+ )?${FOUND}`),
    near('(?:réponds|répondez|dis|dites|conclus|concluez)', '(?:sûr|sécurisé|liste vide|aucune?|rien)'),
    near('(?:approuve[zs]?|valide[zs]?) (?:cette|ce) (?:modification|changement|pull request)'),
  ],
  silence: [near('ne (?:signale[zs]?|rapporte[zs]?|mentionne[zs]?)', '(?:rien|pas|ceci|aucun)')],
  reader: [
    near(`(?:note|message|attention|instructions?|consigne)(?: à| pour)? ${AI}`),
    near(`${AI}(?: de (?:relecture|revue|sécurité))?\\s?[:,!]`),
    near(`(?:si vous êtes|si tu es|en tant que?) ${AI}`),
  ],
  claim: [near('(?:est|sont|été)', '(?:sûrs?|sécurisée?s?|vérifiée?s?|approuvée?s?|auditée?s?|relue?s?)')],
};
