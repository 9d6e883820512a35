/** The mill wheel in its race. */
export function Mark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden="true" className={className}>
      <g stroke="currentColor" strokeWidth="1.6" strokeLinecap="round">
        <circle cx="12" cy="10" r="6.2" />
        <circle cx="12" cy="10" r="1.4" fill="currentColor" stroke="none" />
        <path d="M12 1.8v16.4M3.8 10h16.4M6.2 4.2l11.6 11.6M17.8 4.2 6.2 15.8" />
        <path
          d="M2 21.2c2 0 2-1.4 4-1.4s2 1.4 4 1.4 2-1.4 4-1.4 2 1.4 4 1.4 2-1.4 4-1.4"
          className="text-accent"
          stroke="currentColor"
        />
      </g>
    </svg>
  );
}
