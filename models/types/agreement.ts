/** How alike a variant's boxes are to the baseline's, the baseline's boxes being taken as truth. */
export interface Agreement {
  /** 2*matched / (baseline + variant); 1 when neither has any box. */
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly matched: number;
  readonly lost: number;
  readonly extra: number;
  /** A lost and an extra box in the same place (IoU >= 0.5) with different classes. They also count as lost and extra. */
  readonly changedClass: number;
  /** Of matched pairs; null without pairs. */
  readonly meanIou: number | null;
  /** Mean of variant score minus baseline score over matched pairs; null without pairs. */
  readonly scoreShift: number | null;
  /** Mean of how far the variant's score is from the baseline's, either way, over matched pairs; null without pairs. */
  readonly scoreError: number | null;
  readonly images: number;
}

/** How alike a variant's boxes of one class are to the baseline's. */
export interface ClassAgreement {
  readonly classId: number;
  readonly className: string;
  readonly matched: number;
  readonly lost: number;
  readonly extra: number;
  readonly f1: number;
}
