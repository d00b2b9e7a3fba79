# Golden vectors for the signals: Debian's r-cran-surveillance 1.20.3. Run: Rscript golden.R > surveillance.json
suppressMessages(library(surveillance))
set.seed(831)
simulate <- function(n, freq, level, size) {
  t <- seq_len(n)
  mu <- level * exp(0.8 * sin(2 * pi * t / freq) + 0.0008 * t)
  y <- rnbinom(n, mu = mu, size = size)
  y[n - 20] <- y[n - 20] + round(6 * level)
  y[(n - 4):(n - 2)] <- y[(n - 4):(n - 2)] + round(3 * level)
  y
}
vector_of <- function(x) paste0("[", paste(ifelse(is.na(x), "null", format(x, digits = 15, trim = TRUE)), collapse = ","), "]")
one <- function(name, y, freq, w, groups, left) {
  s <- sts(y, frequency = freq, start = c(2015, 1))
  from <- 5 * freq + w + 1
  flexible <- suppressWarnings(farringtonFlexible(s, control = list(
    range = from:length(y), b = 5, w = w, noPeriods = groups, pastWeeksNotIncluded = left, pThresholdTrend = 1,
    trend = TRUE, thresholdMethod = "nbPlugin", alpha = 0.01, weightsThreshold = 2.58, reweight = TRUE)))
  c1 <- earsC(s, list(method = "C1")); c2 <- earsC(s, list(method = "C2")); c3 <- earsC(s, list(method = "C3"))
  cat(sprintf('"%s": {"season": %d, "counts": %s, "farrington_from": %d, "farrington": %s, "expected": %s, "c1": %s, "c2": %s, "c3": %s}',
    name, freq, vector_of(y), from - 1, vector_of(upperbound(flexible)[, 1]), vector_of(flexible@control$expected[, 1]),
    vector_of(upperbound(c1)[, 1]), vector_of(upperbound(c2)[, 1]), vector_of(upperbound(c3)[, 1])))
}
cat('{"source": "surveillance 1.20.3", ')
one("weekly", simulate(340, 52, 20, 8), 52, 3, 10, 26); cat(",\n")
one("sparse", simulate(330, 52, 1.2, 2), 52, 3, 10, 26); cat(",\n")
one("monthly", simulate(110, 12, 60, 5), 12, 1, 4, 6); cat("}\n")
