"""Is an article about a series, and why: it is when it names it, in any usual spelling."""

from crawler.relevance.judgement import judge, judge_hints

__all__ = ["judge", "judge_hints"]
