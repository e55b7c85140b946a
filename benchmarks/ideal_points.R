# Peers of ideal points in R: CPU seconds per iteration on votes that benchmarks/ideal_points.py
# writes. Called as  Rscript ideal_points.R votes.csv  with columns state, item, session, yes (0/1).
# Prints one line per package: name, iterations, CPU seconds per iteration, or why there is none.

votes <- read.csv(commandArgs(trailingOnly = TRUE)[1])
states <- sort(unique(votes$state))
items <- sort(unique(votes$item))
session <- votes$session[match(items, votes$item)]
wide <- matrix(NA_integer_, length(states), length(items), dimnames = list(states, items))
wide[cbind(match(votes$state, states), match(votes$item, items))] <- votes$yes

tell <- function(name, package, iterations, work) {
  if (!requireNamespace(package, quietly = TRUE)) {
    cat(name, "not installed", "\n", sep = ",")
    return(invisible())
  }
  spent <- function(n) {
    quiet <- function() utils::capture.output(invisible(suppressMessages(work(n))))
    sum(system.time(quiet())[c("user.self", "sys.self")])
  }
  begun <- spent(2)
  cat(name, iterations, (spent(iterations + 2) - begun) / iterations, "\n", sep = ",")
}

tell("MCMCpack::MCMCdynamicIRT1d", "MCMCpack", 4, function(n) {
  MCMCpack::MCMCdynamicIRT1d(
    wide, item.time.map = match(session, sort(unique(session))), mcmc = n, burnin = 0, thin = 1,
    verbose = 0, seed = 1, store.item = FALSE
  )
})

tell("pscl::ideal", "pscl", 100, function(n) {
  calls <- pscl::rollcall(wide, yea = 1, nay = 0, missing = NA, legis.names = states)
  pscl::ideal(calls, d = 1, maxiter = n, burnin = 0, thin = 1, verbose = FALSE)
})
