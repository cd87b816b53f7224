// S3 as aws-sdk-go-v2 and its transfers use it, which is what Terraform's provider is made of. Endpoint and keys come from the
// environment; it ends with the first thing that isn't as it should be.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

const bucket = "go-clients"

var ctx = context.Background()

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func check(holds bool, what ...any) {
	if !holds {
		panic(fmt.Sprint(what...))
	}
}

func code(err error) string {
	var known smithy.APIError
	if errors.As(err, &known) {
		return known.ErrorCode()
	}
	return fmt.Sprint(err)
}

func body(key string, client *s3.Client) []byte {
	got := must(client.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(bucket), Key: &key}))
	defer got.Body.Close()
	return must(io.ReadAll(got.Body))
}

// What the provider reads of every bucket; a setting that isn't there is an error that it knows.
func settings(client *s3.Client) {
	b := aws.String(bucket)
	check(must(client.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: b})).LocationConstraint == "", "location")
	must(client.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: b}))
	must(client.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: b}))
	must(client.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: b}))
	must(client.GetBucketAccelerateConfiguration(ctx, &s3.GetBucketAccelerateConfigurationInput{Bucket: b}))
	must(client.GetBucketRequestPayment(ctx, &s3.GetBucketRequestPaymentInput{Bucket: b}))
	must(client.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: b}))
	_, policy := client.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: b})
	_, cors := client.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: b})
	_, website := client.GetBucketWebsite(ctx, &s3.GetBucketWebsiteInput{Bucket: b})
	_, rules := client.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: b})
	_, copies := client.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: b})
	_, lock := client.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: b})
	_, tags := client.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: b})
	codes := fmt.Sprint(code(policy), code(cors), code(website), code(rules), code(copies), code(lock), code(tags))
	check(codes == "NoSuchBucketPolicyNoSuchCORSConfigurationNoSuchWebsiteConfigurationNoSuchLifecycleConfiguration"+
		"ReplicationConfigurationNotFoundErrorObjectLockConfigurationNotFoundErrorNoSuchTagSet", codes)
}

func objects(client *s3.Client) {
	b := aws.String(bucket)
	put := must(client.PutObject(ctx, &s3.PutObjectInput{Bucket: b, Key: aws.String("small"), Body: bytes.NewReader([]byte("small"))}))
	check(put.ChecksumCRC32 != nil, "the usual checksum is CRC32")
	head := must(client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: b, Key: aws.String("small"), ChecksumMode: types.ChecksumModeEnabled}))
	check(*head.ContentLength == 5 && *head.ChecksumCRC32 == *put.ChecksumCRC32 && *head.ETag == *put.ETag, head)
	var missing *types.NotFound
	_, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: b, Key: aws.String("none")})
	check(errors.As(err, &missing), err)
	_, err = client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String("no-such-bucket")})
	check(errors.As(err, &missing), err)
	var noKey *types.NoSuchKey
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: b, Key: aws.String("none")})
	check(errors.As(err, &noKey), err)
	for _, algorithm := range []types.ChecksumAlgorithm{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} {
		_, err := client.PutObject(ctx, &s3.PutObjectInput{
			Bucket: b, Key: aws.String("sum"), Body: bytes.NewReader([]byte("x")), ChecksumAlgorithm: algorithm})
		check(err == nil, algorithm, err)
		check(string(body("sum", client)) == "x", algorithm)
	}
}

func transfers(client *s3.Client) {
	large := make([]byte, 17<<20+11)
	must(rand.Read(large))
	b, key := aws.String(bucket), aws.String("a/large ü")
	uploader := manager.NewUploader(client)
	up := must(uploader.Upload(ctx, &s3.PutObjectInput{Bucket: b, Key: key, Body: bytes.NewReader(large), Metadata: map[string]string{"a": "b"}}))
	check(len(up.CompletedParts) == 4, len(up.CompletedParts))
	to := manager.NewWriteAtBuffer(nil)
	must(manager.NewDownloader(client).Download(ctx, to, &s3.GetObjectInput{Bucket: b, Key: key}))
	check(bytes.Equal(to.Bytes(), large), "downloaded")
	// A stream whose length nobody knows.
	must(uploader.Upload(ctx, &s3.PutObjectInput{Bucket: b, Key: aws.String("stream"), Body: io.MultiReader(bytes.NewReader(large))}))
	check(bytes.Equal(body("stream", client), large), "streamed")
	must(client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: b, Key: aws.String("copy"), CopySource: aws.String(bucket + "/a/large%20%C3%BC")}))
	check(bytes.Equal(body("copy", client), large), "copied")
	attributes := must(client.GetObjectAttributes(ctx, &s3.GetObjectAttributesInput{Bucket: b, Key: key,
		ObjectAttributes: []types.ObjectAttributes{types.ObjectAttributesObjectParts, types.ObjectAttributesChecksum}}))
	check(*attributes.ObjectParts.TotalPartsCount == 4, attributes.ObjectParts)
}

func links(client *s3.Client) {
	b, key := aws.String(bucket), aws.String("linked")
	signer := s3.NewPresignClient(client)
	put := must(signer.PresignPutObject(ctx, &s3.PutObjectInput{Bucket: b, Key: key}))
	request := must(http.NewRequest(put.Method, put.URL, bytes.NewReader([]byte("by link"))))
	answer := must(http.DefaultClient.Do(request))
	check(answer.StatusCode == 200, answer.Status)
	get := must(signer.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: b, Key: key}))
	answer = must(http.Get(get.URL))
	check(string(must(io.ReadAll(answer.Body))) == "by link", answer.Status)
}

func empty(client *s3.Client) {
	b := aws.String(bucket)
	pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: b, MaxKeys: aws.Int32(2)})
	count := 0
	for pages.HasMorePages() {
		var all []types.ObjectIdentifier
		for _, object := range must(pages.NextPage(ctx)).Contents {
			all = append(all, types.ObjectIdentifier{Key: object.Key})
		}
		count += len(all)
		gone := must(client.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: b, Delete: &types.Delete{Objects: all, Quiet: aws.Bool(true)}}))
		check(len(gone.Deleted) == 0 && len(gone.Errors) == 0, gone)
	}
	check(count == 6, count)
	must(client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: b}))
	check(s3.NewBucketNotExistsWaiter(client).Wait(ctx, &s3.HeadBucketInput{Bucket: b}, 5*time.Second) == nil, "the bucket is there")
}

func main() {
	keys := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY")}, nil
	})
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL")), Region: os.Getenv("AWS_DEFAULT_REGION"), Credentials: keys, UsePathStyle: true,
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenSupported,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenSupported})
	must(client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(bucket)}))
	settings(client)
	objects(client)
	transfers(client)
	links(client)
	empty(client)
	fmt.Println("all done")
}
