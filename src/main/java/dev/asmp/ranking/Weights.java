package dev.asmp.ranking;

/** Inverse document frequency of each word of a question. */
record Weights(double[] ofWord, double all) {
    /** Weighs each word by the number of services that contain it. */
    static Weights of(int services, int[] saying) {
        double[] weights = new double[saying.length];
        double all = 0;
        for (int i = 0; i < saying.length; i++) {
            weights[i] = Math.log1p((services - saying[i] + 0.5) / (saying[i] + 0.5));
            all += weights[i];
        }
        return new Weights(weights, all);
    }

    /** The share of the question that these words are, a bit for each. */
    double share(int bits) {
        double sum = 0;
        for (int left = bits; left != 0; left &= left - 1) {
            sum += ofWord[Integer.numberOfTrailingZeros(left)];
        }
        return all == 0 ? 0 : sum / all;
    }
}
